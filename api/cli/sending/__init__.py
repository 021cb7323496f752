"""From files on a disk to answers in a terminal: what is found, sent, waited for, gone on with and told."""
