from django.conf import settings
from django.urls import path

from ui.look import switch
from ui.style_page import style_page

urlpatterns = [path("weergave/", switch, name="switch-scheme")]

if settings.DEBUG:
    urlpatterns += [path("stijl/", style_page, name="style-page")]
