"""Pages of a commune's year: tasks, directives and the steering committee."""
