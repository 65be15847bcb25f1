"""The use cases of the evidence service, one module for each thing that people and readers come for."""
