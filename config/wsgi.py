import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What was loaded until now stays as long as the process: nobody need look through it for garbage
# again and again while requests are answered.
gc.collect()
gc.freeze()
