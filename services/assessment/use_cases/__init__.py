"""The use cases of the assessment service, one module for each thing that people come for."""
