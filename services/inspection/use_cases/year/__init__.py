"""Use cases of a commune's year, one module or a few for each part of it; `application_year` says which answers what."""
