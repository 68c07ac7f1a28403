# The instructor's board for a server; docker/room.yaml builds and runs it, from a checkout.
#
# Where packages come from is the builder's affair and stays out of the image:
#   --build-arg BASE=…                any image with Python 3.11, 3.12 or 3.13
#   --build-arg PIP_INDEX_URL=…       for pip; PIP_EXTRA_INDEX_URL and PIP_CERT likewise
ARG BASE=python:3.12-slim-bookworm
FROM ${BASE}
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_CERT
COPY requirements.txt /tmp/requirements.txt
RUN pip install -q --no-cache-dir --disable-pip-version-check --root-user-action=ignore \
        -r /tmp/requirements.txt uvicorn==0.54.0 uvloop==0.23.0 httptools==0.9.0 segno==1.6.6
# The board tells of the levels in their own words; no shop is served here.
COPY tutor/ /opt/levelup/tutor/
COPY levels/ /opt/levelup/levels/
RUN useradd --uid 10001 --home-dir /tmp --no-create-home levelup \
    && install -d -o levelup -m 700 /data \
    && printf '#!/bin/sh\nexec python -m tutor "$@"\n' > /usr/local/bin/tutor \
    && chmod 755 /usr/local/bin/tutor
ENV PYTHONPATH=/opt/levelup PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8 \
    LEVELUP_HOME=/data
USER levelup
WORKDIR /tmp
CMD ["tutor", "room", "open", "--lan", "--port", "8000", "--keep"]
