# `make` lists the targets. Everything is built in the release configuration, once for the program and the tests.

PREFIX ?= /usr/local
# A Python with the packages of scripts/requirements-interop.txt; `make interop` makes this one.
INTEROP_PYTHON ?= .venv/interop/bin/python
# One with those of scripts/requirements-ecosystem.txt; `make ecosystem` makes it (some gigabytes).
ECOSYSTEM_PYTHON ?= .venv/ecosystem/bin/python
AKIN = .build/release/akin

.DEFAULT_GOAL := help
.PHONY: help build demo test fuzz fuzz-documents bench-documents tsan lint format model interop ecosystem clusters fixtures bench bench-peers bench-quality bench-search-quality \
	bench-http bench-search bench-landscape bench-neighbours bench-scale soak clean \
	install dist dist-model dist-test dist-compare

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

build: ## Install missing system libraries and build .build/release/akin
	@scripts/setup.sh
	swift build -c release --product akin

demo: build model ## Play the notebook on the default model: similar sentences, words in context, search
	$(AKIN) demo

test: ## Run every test; prints in the end what ran and what was skipped, and why. ROOM=Engine: the unit tests of one room
ifdef ROOM
	AKIN_ROOM=$(ROOM) swift build -c release --product akinPackageTests
	AKIN_ROOM=$(ROOM) swift test -c release --skip-build --no-parallel
else
	@scripts/test.sh $(INTEROP_PYTHON)
endif

FUZZ ?= 50
fuzz: ## Run the tests with random input FUZZ times as long (50); AKIN_FUZZ_SEED=N begins elsewhere
	swift build -c release --build-tests
	AKIN_FUZZ=$(FUZZ) swift test -c release --skip-build --no-parallel --filter 'Fuzz|Hostile|FaultyStream'

COUNT ?= 2000
fuzz-documents: build ## Damage COUNT (2,000) documents of each kind, and see that no reader ends by one
	python3 scripts/fuzz_documents.py $(AKIN) --count $(COUNT)

bench-documents: model ## Ask ten questions of manuals from Debian in PDF, HTML and EPUB, and time their reading
	python3 Benchmarks/documents.py $(AKIN)

tsan: model ## Run the tests of the connection and the engine under the thread sanitizer
	scripts/sanitize-threads.sh

lint: ## Check the format of the sources
	scripts/lint.sh

format: ## Format the Swift sources in place
	scripts/lint.sh --fix

model: build ## Download the default model into Akin's cache
	$(AKIN) pull

interop: model ## Compare with llama.cpp and the gguf package, in a Python environment made for it
	@scripts/setup.sh --interop
	@scripts/venv.sh interop
	$(INTEROP_PYTHON) -m unittest discover --verbose --start-directory Tests/Interop

ecosystem: model ## Run sentence-transformers' evaluators, KeyBERT, BERTopic, chromadb, Haystack, txtai, mteb and Ray on Akin, and clients of other HTTP servers
	@scripts/venv.sh ecosystem
	AKIN=$(abspath $(AKIN)) PYTHONPATH=clients/python/src HF_HUB_OFFLINE=1 $(ECOSYSTEM_PYTHON) -m unittest discover \
	  --start-directory clients/python/tests/ecosystem
	@scripts/venv.sh http-clients
	Tests/Clients/http.sh $(AKIN) .venv/http-clients/bin/python

clusters: model ## Embed in clusters of Spark, Ray and Dask on this machine, and in DuckDB, with workers killed
	Tests/Clients/clusters.sh $(AKIN)

fixtures: ## Make the small models and their golden values again with the reference implementation
	@scripts/setup.sh --interop
	@scripts/venv.sh fixtures
	.venv/fixtures/bin/python scripts/make_fixtures.py
	.venv/fixtures/bin/python scripts/tokenizer_fixtures.py

bench: model ## Measure kernels, engine, tokenizer, start and memory; writes Benchmarks/RESULTS.md
	Benchmarks/run.sh

bench-peers: model ## Measure Akin beside its peers in one run, in a Python environment made for it (OPTIONS="--model NAME --rounds 5")
	@scripts/venv.sh peers
	Benchmarks/run_peers.sh .venv/peers/bin/python $(OPTIONS)

bench-landscape: ## Measure groups and layouts beside scikit-learn, leidenalg and umap-learn; makes .venv/landscape first
	scripts/venv.sh landscape
	.venv/landscape/bin/python Benchmarks/landscape.py --akin $(AKIN)

bench-quality: model ## Measure STS (AKIN_EVAL, ../shared/eval) and Cranfield by meaning, by words and by both
	python3 Benchmarks/quality.py

bench-search-quality: model ## NDCG@10 over 20 public repositories (AKIN_REPOSITORIES, else cloned) by mode, category and signal; Cranfield and STS
	python3 Benchmarks/search_quality.py --ablation --first --unanswered $(OPTIONS)
	python3 Benchmarks/quality.py

bench-http: model ## Measure requests a second and p99 of akin serve --http under wrk, beside llama.cpp's server (OPTIONS="--seconds 5")
	@scripts/venv.sh http-load
	python3 Benchmarks/http_load.py --llama .venv/http-load/bin/python $(OPTIONS)

bench-search: ## Measure search over 200,000 vectors beside faiss, usearch and hnswlib (OPTIONS="--rows 1000000 --graph")
	@scripts/venv.sh peers
	swift build -c release --package-path Benchmarks --product search-bench
	.venv/peers/bin/python Benchmarks/search_scale.py $(OPTIONS)

bench-neighbours: model ## Measure what a new document costs beside 100 and 1,000 other collections
	python3 Benchmarks/neighbours.py $(AKIN)

CHUNKS ?= 200000 1000000
bench-scale: model ## Rows a second and core in Spark, Ray, Dask and DuckDB beside sentence-transformers and the bare engine (OPTIONS="--rows 2000"); collections on PostgreSQL beside psycopg (CHUNKS="200000")
	@scripts/venv.sh scale
	@.venv/scale/bin/python -c 'import sentence_transformers' 2>/dev/null || .venv/scale/bin/python -m pip install --quiet --disable-pip-version-check sentence-transformers==6.2.0
	AKIN=$(abspath $(AKIN)) PYTHONPATH=clients/python/src HF_HUB_OFFLINE=1 .venv/scale/bin/python Benchmarks/operators.py $(OPTIONS)
	@scripts/venv.sh postgres
	.venv/postgres/bin/python Benchmarks/postgres.py --akin $(AKIN) $(foreach count,$(CHUNKS),--chunks $(count))
	python3 Benchmarks/scale.py

soak: model ## A day's life in an hour: 1,000,000 requests, 8 sessions, kills; writes Benchmarks/SOAK.md (OPTIONS="--minutes 10")
	python3 Benchmarks/soak.py --output Benchmarks/SOAK.md $(OPTIONS) $(AKIN)

clean: ## Remove what was built; the model cache and .venv stay
	rm -rf .build .build-dist dist Benchmarks/.build

install: ## Build for this machine and install to PREFIX (/usr/local)
	@scripts/setup.sh
	program=$$(packaging/build.sh --any) && packaging/install.sh "$$program" "$(DESTDIR)$(PREFIX)" --clients

dist: ## Build what is distributed for this machine, in dist/: archive, .deb, wheel, npm, formula, sums
	@scripts/setup.sh
	packaging/dist.sh

dist-model: model ## Make the wheel and the .deb of the default model, in dist/
	AKIN=$(AKIN) packaging/model.sh dist

dist-test: ## Install what `make dist` made, each in a clean place, and try it
	packaging/test.sh

dist-compare: ## Build the distributed program twice, in two folders, and compare the bytes
	packaging/reproduce.sh
