import shared.blas  # noqa: F401 - before numpy is loaded, as in api and worker
