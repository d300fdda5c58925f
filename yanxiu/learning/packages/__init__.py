"""What course packages report: checked element by element (`cmi`), judged by the course's rule (`judging`), under a token (`tokens`)."""
