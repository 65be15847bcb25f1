"""The use cases of the notification service, one module for each thing that people and programs come for."""
