"""What a tally can measure, a file a measure: the extension point of `count`."""
