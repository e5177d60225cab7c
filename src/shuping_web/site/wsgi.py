"""What the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from shuping_web.site import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping_web.site.settings")
application = get_wsgi_application()
warm.start()
