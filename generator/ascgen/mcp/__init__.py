"""The agent server: five tools over one account, on the SDK of the Model Context Protocol.

    server (protocol) → toolbox (what a tool does) → reading, planning → account (the client)

A model looks up, reads, and has writes rehearsed. What would be written comes with a receipt, and
nothing is ever written but what a receipt stands for. The server runs no code that it is given.
"""
