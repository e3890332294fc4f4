# duicheck dans un conteneur : sans droits, sans réseau à l'exécution.
#
#   python -m pip wheel --no-deps --wheel-dir dist .
#   docker build --tag duicheck .
#   docker run --rm --network none --read-only --tmpfs /tmp --volume "$PWD/livraison:/livraison:ro" duicheck check /livraison
#
# L'étiquette de l'image de départ bouge avec les corrections de sécurité ; pour des images reproductibles, épinglez
# l'empreinte que donne votre registre : --build-arg BASE=python:3.13-slim-bookworm@sha256:…
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS installation
ARG EXTRAS=pdf,re2,fhir,signature,pades
COPY dist/duicheck-*.whl /paquet/
RUN python -m venv /opt/duicheck \
 && /opt/duicheck/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    "$(echo /paquet/duicheck-*.whl)[${EXTRAS}]" \
 && /opt/duicheck/bin/python -m pip uninstall --yes --quiet pip

FROM ${BASE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="duicheck" \
      org.opencontainers.image.description="Contrôle de conformité des livraisons d'indicateurs du programme ESMS numérique" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT AND OFL-1.1"
COPY --from=installation /opt/duicheck /opt/duicheck
ENV PATH="/opt/duicheck/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1
# By number: Kubernetes' runAsNonRoot cannot judge a name. Nothing belongs to this user, and no home is needed.
USER 10001:10001
WORKDIR /livraison
ENTRYPOINT ["duicheck"]
CMD ["--help"]
