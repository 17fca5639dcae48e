"""The workbook of a release: `knowledge.xlsx`, the tables for people in Excel, equal to the last digit."""
