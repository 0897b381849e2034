"""The catalogue: rules files and templates as data; worker reads them, nothing here runs."""
