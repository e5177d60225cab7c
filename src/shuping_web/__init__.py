"""The site: many people file, check and read one appraisal. It reaches the library through ``adapters`` only."""
