"""The playbooks that a fresh console starts with: YAML files, and `load.load_starter()` that stores them once."""
