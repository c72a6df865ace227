"""The bank as one web page, for its authors: read, answered and checked before Moodle sees it."""
