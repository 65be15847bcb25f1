"""Keeps every scan, reads it, describes it, finds it again.

Owns: the document archive (bytes under their SHA-256, with version and retention), the evidence log (one stream a
document, one a print), the text layer, page images and the search index, all but the first two derived; the texts of
prints, beside the log.
Says: document-received, document-sealed, text-extracted, text-extraction-failed, fields-proposed, fields-confirmed,
reading-requested, paper-printed, year-paper-printed, paper-signed. Never a file name, never a person.
Listens to: assessment (schools; evidence codes and citations, for lists and searches).
Promises: a receipt is given only when object and event are both kept; the same bytes of the same school are one document;
what is served was compared with its SHA-256 first.
"""
