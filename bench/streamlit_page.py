"""The same chart as a Streamlit page: a PCE, a step, the bars."""

import plotly.graph_objects as go
import streamlit as st

from bench.floors import figure, statements

pce = st.radio("PCE", list(statements())[:2], horizontal=True)
step = st.radio("Step", ["Month", "Week"], horizontal=True)
shown = figure(pce, 13 if step == "Month" else 36)
st.plotly_chart(go.Figure(shown), key="chart")
