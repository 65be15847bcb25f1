"""The use cases of the inspection service, one module for each thing that people come for."""
