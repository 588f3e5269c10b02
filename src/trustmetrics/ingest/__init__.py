"""Maps exports of real systems to the raw contract; the rules are SQL, in adapters/<source>."""
