"""The use cases of the identity service, one module for each thing that people, programs and doors come for."""
