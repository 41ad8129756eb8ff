# placecast. Every target sets up what it needs and does only its own work the second time.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A server's environment names its own home of Dagster, whose history its nights go into and doctor looks at.
WITHOUT_HISTORY := $(if $(DAGSTER_HOME),,env -u DAGSTER_HOME)
export DAGSTER_HOME := $(or $(DAGSTER_HOME),$(CURDIR)/.dagster)
export GX_ANALYTICS_ENABLED := false
export PYTHONHASHSEED := 0
# Without kept bytecode every process of a run would compile the whole project again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help audit ages areas compare new-area contribution forecast night soak doctor inputs-status releases rollback rebuild sensitivity test test-long fuzz snapshot lint bench mutants ui docs lock pin-images england england-forecast clean

help:
	@echo "make forecast   projections, demand, workforce and estates, published under outputs/current"
	@echo "                AREA=E06000031, E54000065, \"E07000008,E07000012\", a name or a folder: another area (also below)"
	@echo "make areas      codes and names that AREA takes, with what became of former ones: make areas FIND=text"
	@echo "make new-area   a folder for what you know of an area, to fill in: make new-area NAME=… AREA=… (FOLDER=)"
	@echo "make night      the nightly job by hand: one run if anything changed since the last"
	@echo "make doctor     whether this installation can complete a nightly run, on one screen"
	@echo "make inputs-status  each source, the release in use, and which newer one would replace it"
	@echo "make ages       people of any ages: make ages FROM=18 TO=24 PLACE=E06000042 (SCENARIO=, YEAR=)"
	@echo "make compare    two scenarios or releases side by side: make compare A=trend B=local_plan (PLACE=, CSV=file)"
	@echo "make contribution SITE=CB-NLUT   a site's statement of developer contributions, HTML and PDF; of any"
	@echo "                application: HOMES=250 AT=52.07,-0.72 (or POSTCODE=…) MIX=10,30,40,20"
	@echo "make test       the test suite; make test-long what takes minutes: killed nights, PostgreSQL, a cluster"
	@echo "make fuzz       the property tests on new random examples until the time is up: make fuzz MINUTES=20"
	@echo "make snapshot   the headline values that tests hold, made anew; prints what has moved, to be reviewed"
	@echo "make releases   every release: what changed, its headlines; make rollback points readers at the one before"
	@echo "make rebuild    the current release, or RELEASE=…, made again from its stored inputs and compared"
	@echo "make sensitivity  which assumptions move the headlines most, for the next release to carry (minutes)"
	@echo "make ui         Dagster's web interface on localhost, guarded, with the nightly schedule and the sensors"
	@echo "make lint       style, types and known flaws of the packages; make pin-images writes the containers' digests"
	@echo "make england-forecast  people, demand and rooms of every authority of England, on two cores or a cluster"
	@echo "make england    England's national tables made again from published files: make england FROM=folder"
	@echo "make bench      speed and memory of the main job, printed as a table; which deliberate faults tests see"
	@echo "make mutants    puts 300 deliberate faults into a copy of the code, one by one (an hour and more; goes on"
	@echo "                where it was stopped): ARGS=--survivors tries what survived again, ARGS='--seed 2' others"

# The text reaches the shell as a variable, so that nothing in it is run; an empty one is refused in words.
OF_AREA := $(if $(filter-out undefined,$(origin AREA)),--area "$$AREA")

# Without DAGSTER_HOME: writing a run's thousand events to SQLite costs a fifth of its time.
forecast: $(READY)
	@env -u DAGSTER_HOME $(BIN)/python -m pipelines forecast $(OF_AREA) $(ARGS)

night: $(READY)
	@$(WITHOUT_HISTORY) $(BIN)/python -m pipelines night $(OF_AREA) $(ARGS)

# Kills real nights with -9 at random moments, fifty times; goes on where it was stopped.
soak: $(READY)
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.validation.soak $(ARGS)

doctor: $(READY)
	@$(BIN)/python -W ignore -m pipelines doctor $(OF_AREA) $(ARGS)

inputs-status: $(READY)
	@$(BIN)/python -m pipelines inputs-status $(OF_AREA) $(ARGS)

areas: $(READY)
	@$(BIN)/python -m pipelines areas $(if $(FIND),--find "$$FIND") $(ARGS)

new-area: $(READY)
	@$(BIN)/python -m pipelines new-area --name "$$NAME" $(OF_AREA) $(if $(FOLDER),--folder "$$FOLDER") $(ARGS)

releases: $(READY)
	@$(BIN)/python -m pipelines releases list $(OF_AREA) $(ARGS)

rollback: $(READY)
	@$(BIN)/python -m pipelines releases rollback $(RELEASE) $(OF_AREA) $(ARGS)

rebuild: $(READY)
	@env -u DAGSTER_HOME $(BIN)/python -m pipelines rebuild $(RELEASE) $(OF_AREA) $(ARGS)

sensitivity: $(READY)
	@env -u DAGSTER_HOME $(BIN)/python -m pipelines sensitivity $(OF_AREA) $(ARGS)

# The name reaches the shell as a variable, so that nothing in it is run.
ifneq (,$(findstring $$,$(value SITE)$(value HOMES)$(value AT)$(value POSTCODE)$(value MIX)))
$(error SITE, HOMES, AT, POSTCODE and MIX hold no dollar sign: make would read what follows as its own)
endif
OF_APPLICATION := $(if $(filter-out undefined,$(origin HOMES)),--homes="$$HOMES" --at="$$AT" \
	--postcode="$$POSTCODE" --mix="$$MIX","$$SITE")
contribution: $(READY)
	@$(BIN)/python -m pipelines contribution $(OF_APPLICATION) $(OF_AREA) $(ARGS)

# Without the last option modules of many tests would come first and those of a long run last.
test: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# Two forecasts at few draws; then see docs/testing.md.
snapshot: $(READY)
	@PLACECAST_RENEW_SNAPSHOT=1 $(BIN)/python -m pytest tests/journeys/runs/test_headline_values.py \
	  tests/journeys/runs/test_history.py -k reviewed -W ignore

# Minutes each: nights killed with -9, a real PostgreSQL, a dask cluster whose worker is killed.
test-long: $(READY)
	@$(BIN)/python -m pytest -m long $(ARGS)

# What fails is kept in .hypothesis and met first the next time.
fuzz: $(READY)
	@$(BIN)/python -m benchmarks.validation.fuzz --minutes $(or $(MINUTES),20) $(ARGS)

ages: $(READY)
	@$(BIN)/python -m pipelines ages --from "$(FROM)" --to "$(TO)" --place "$(PLACE)" --year "$(YEAR)" \
	  $(if $(SCENARIO),--scenario "$(SCENARIO)") $(OF_AREA) $(ARGS)

# Two scenarios, releases or release:scenario side by side.
compare: $(READY)
	@$(BIN)/python -m pipelines compare "$(A)" "$(B)" $(if $(PLACE),--place "$(PLACE)") \
	  $(if $(CSV),--csv "$(CSV)") $(OF_AREA) $(ARGS)

# Every authority of England in blocks: people, demand and rooms.
england-forecast: $(READY)
	@nice $(BIN)/python -m pipelines england-forecast $(ARGS)

# From files as published, in FROM (one folder or several) or beside it.
england: $(READY)
	@$(BIN)/python -m pipelines england $(foreach folder,$(FROM),--from "$(folder)") $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory audit

# A known vulnerability fails. A database that gives no answer is said loudly and does not: lint must not depend on
# the network; .ci/run says it once more at its end. One that does not concern us is named with its reason: AUDIT_ARGS += --ignore-vuln …
LOCK := requirements.lock
NOT_DONE = printf '%s\n' "$$(printf '%98s' | tr ' ' '*')" "audit: NOT DONE, $(1)" \
  "audit: nobody knows whether the locked packages have known flaws; run make audit where it can ask" \
  "$$(printf '%98s' | tr ' ' '*')" >&2
audit: $(READY)
	@found=$$(mktemp); trap 'rm -f "$$found"' EXIT; \
	if $(BIN)/python -m pip_audit --requirement $(LOCK) --disable-pip --progress-spinner off --timeout 15 \
	  --output "$$found" $(AUDIT_ARGS); then \
	  if unknown=$$(grep -c "could not be audited" "$$found"); \
	  then $(call NOT_DONE,the database of vulnerabilities does not know $$unknown packages); fi; \
	elif [ -s "$$found" ]; then cat "$$found"; exit 1; \
	else $(call NOT_DONE,the database of vulnerabilities gave no answer); fi

bench: $(READY)
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.main_job
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.demand_speed
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.workforce_speed
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.estates_speed
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.report_speed
	@env -u DAGSTER_HOME $(BIN)/python -m benchmarks.speed.scale --once
	@$(BIN)/python -m benchmarks.validation.mutants --stored

# Which deliberate faults the tests see; what survives is listed in docs/mutants.md.
mutants: $(READY)
	@env -u DAGSTER_HOME nice -n 5 $(BIN)/python -W ignore -m benchmarks.validation.mutants $(ARGS)

ui: $(READY) .dagster/dagster.yaml
	@$(BIN)/python -m pipelines ui --daemon $(OF_AREA) $(ARGS)

docs: $(READY)
	@$(BIN)/python -m assets.publication.dictionary > docs/tables.md
	@$(BIN)/python -m assets.dimensions.power_bi > powerbi/model.bim
	@$(BIN)/python -W ignore -m pipelines.stage_diagram

# The first of these that is Python 3.11 to 3.13, or the one that is named: make forecast PYTHON=python3.12
$(READY): requirements.lock
	@set -e; chosen=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11); do \
	  if "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; \
	  then chosen="$$candidate"; break; fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  found=$$($(or $(PYTHON),python3) --version 2>&1 || true); \
	  echo "placecast needs Python 3.11, 3.12 or 3.13, and found: $$found. Name another with PYTHON=, such as: make forecast PYTHON=python3.12" >&2; \
	  exit 1; \
	fi; \
	echo "Setting up .venv with $$("$$chosen" --version) and the locked packages (a few minutes, once)"; \
	rm -rf $(VENV); "$$chosen" -m venv $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; \
	touch $(READY)

.dagster/dagster.yaml: dagster.yaml
	@mkdir -p .dagster && cp dagster.yaml .dagster/dagster.yaml

# Renews the locks from pyproject.toml for Python 3.11 to 3.13: of developers, and what of it production runs. Needs uv.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(COMPILE) --group dev --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --output-file requirements.production.lock

# Before the first build of the containers, and to renew their images; needs docker.
pin-images:
	@sh deploy/pin_images.sh

clean:
	rm -rf $(VENV) .dagster .mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis
