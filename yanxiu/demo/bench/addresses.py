"""The product's addresses and one more, `/bench/page/`: the limit of Django's pages on this machine."""

from django.urls import path

from config.urls import urlpatterns as product
from yanxiu.demo.bench.views import bare

urlpatterns = [*product, path("bench/page/", bare)]
