"""Settings of the Superset that start.py serves: on this machine, for this machine.

For a Superset that others use, read its own documentation on security first.
"""

import os

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = (
    f"sqlite:///{os.environ['SUPERSET_HOME']}/superset.db?check_same_thread=false"
)

# Every page of Superset asks a foreign host for a picture that counts views. In the packaged pages
# the variable SCARF_ANALYTICS does not stop that: this does, in the reader's browser. Maps and
# fonts from elsewhere go with it.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
