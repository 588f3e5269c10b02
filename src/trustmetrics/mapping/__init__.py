"""Maps a company's own tables to the raw contract by SQL that a person reads and decides."""
