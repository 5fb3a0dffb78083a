"""Into frappe/utils/logger.py: log files below the bench, whatever the working directory is."""

import logging
import os
from logging.handlers import RotatingFileHandler


def create_handler(module, site=None, max_size=100_000, file_count=20, stream_only=False):
	path = os.path.join(os.environ["FRAPPE_BENCH_ROOT"], "logs", f"{module}.log")
	handler = RotatingFileHandler(path, maxBytes=max_size, backupCount=file_count, delay=True)
	handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s {module} %(message)s"))
	return [handler]
