"""Visits of the commune and the department: judged, agreed on, their teams, programmes and papers, what they recommend."""
