# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

.PHONY: help run test test-v2 check build image start stop status bench soak clean
.NOTPARALLEL:

help: ## say what can be done
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | column -t -s '|'

run: ## install, build, start, and run a real job through the socket; leaves the daemon running
	scripts/install-dependencies
	scripts/build
	images/build python-datascience
	scripts/instance start
	scripts/demo --cloister .build/release/cloister

test: ## everything that CI runs
	scripts/test

test-v2: ## every system test in a guest with cgroup v2 and systemd (long)
	CLOISTER_GUEST=all scripts/test install build vm

check: ## the linters only
	scripts/install-dependencies --test
	scripts/test lint

build: ## compile the programs and stage the driver
	scripts/install-dependencies
	scripts/build

image: ## build both images
	scripts/install-dependencies
	images/build python-minimal python-datascience

start: ## start the spawner and the daemon
	scripts/instance start

stop: ## stop them, end all sessions and unmount the pool
	scripts/instance stop
	scripts/pool unmount

status: ## show what runs
	scripts/instance status
	.build/release/cloister status

bench: build ## measure, and write bench/latest.json
	images/build python-minimal python-datascience
	bench/run

soak: build ## 10,000 forks of a zygote whose threads hold locks, 1,000 rollbacks after each kind of loss, 10,000 late answers (long)
	scripts/install-dependencies --test
	images/build python-minimal python-datascience
	scripts/soak $(COUNT)
	CLOISTER_ROLLBACKS=1000 CLOISTER_LATE_ANSWERS=10000 .build-venv/bin/pytest -s -k "again_and_again or late_answers" Tests/integration/test_checkpoints.py Tests/integration/test_late_answers.py

clean: ## delete what was built here; images, pool and state stay
	rm -rf .build .build-image .build-venv
