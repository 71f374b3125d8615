"""What Restart Kernel and Run All would do, found by replaying the document from recorded runs: begins in `walk`."""
