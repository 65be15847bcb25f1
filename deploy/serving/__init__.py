"""The outermost layer of HTTP: which connections are held for how long, which heads are read, how both are refused.

The same rules for both compositions: `lines` decides about connections, `heads` about what stands before a body, `refusals`
says it in Vietnamese. `green` puts them into eventlet.wsgi, `plain` into waitress.
"""
