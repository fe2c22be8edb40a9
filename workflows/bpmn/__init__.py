"""A flow as a picture: read from its class, laid out, written as BPMN 2.0 and drawn as SVG.

adapter -> model -> placing -> routing -> layout -> xml (for other tools), picture (for our pages)
"""
