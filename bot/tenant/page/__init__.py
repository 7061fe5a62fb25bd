"""The page `/tenant/`: two phones, the people, the clock, faults and the wire."""
