"""The web service: HTTP in, HTTP out. Ranking lives in `index`; `service/app.py` wires the parts together."""
