"""The HTML report: its page, its charts, the first screen, and what each number rests on.

It reads released tables and computes nothing. The workbook and the data dictionary are beside it.
"""
