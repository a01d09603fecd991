"""The same screen as a Streamlit page: a PCE, a step, four figures, the bars, the table."""

import plotly.graph_objects as go
import streamlit as st

from bench.floors import figure, statements

pce = st.radio("PCE", list(statements())[:2], horizontal=True)
step = st.radio("Step", ["Month", "Week"], horizontal=True)
shown = figure(pce, 13 if step == "Month" else 36)
values = shown["data"][0]["y"]
st.title(pce)
for place, (label, value) in zip(
    st.columns(4),
    (("Sum", sum(values)), ("Last", values[-1]), ("Least", min(values)), ("Most", max(values))),
    strict=True,
):
    place.metric(label, f"{value:,}")
st.plotly_chart(go.Figure(shown), key="chart")
st.dataframe([{"bar": number, "value": value} for number, value in enumerate(values)])
