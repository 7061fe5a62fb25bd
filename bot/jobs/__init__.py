"""What runs by the timetable: a function each."""
