"""The six questions as sources, their export to Moodle XML, and its proof."""
