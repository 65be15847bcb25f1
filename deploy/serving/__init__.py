"""The outermost layer of HTTP: which connections are held for how long, which heads are read, how both are refused.

The same rules for both compositions: `connections` says who stays, `request_head` what stands before a body, `refusals`
says it in Vietnamese. `eventlet_server` puts them into eventlet.wsgi, `waitress_server` into waitress.
"""
