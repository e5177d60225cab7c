"""The one writer of tables that leave the site: CSV and XLSX, formulas neutralised, numbers kept numbers."""
