"""A ``Result`` as documents: workbook, Word commentary, HTML report, charts. Documents compute no figure of their
own.
"""
