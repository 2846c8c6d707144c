"""The parts of scripts/differential."""
