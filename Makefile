# Two commands matter: `make demo` and `make test`. Each sets up what it needs, once.
#
# What a step made is remembered in .venv: the files named .set-up-… are newer than what they were made from. Their
# names hold a checksum of this folder's path, because a virtual environment does not survive a move.

export PORT ?= 8000
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1
export SYSTEM_CHECK
# Keep what Python compiles: hundreds of processes of the tests would each compile everything again.
unexport PYTHONDONTWRITEBYTECODE

place := $(firstword $(shell printf '%s' '$(CURDIR)' | cksum))
ready_to_run := .venv/.set-up-run-$(place)
ready_to_test := .venv/.set-up-test-$(place)
bin := .venv/bin

# Tests share two processor cores with whatever else runs; `make test TEST_JOBS=8` on a larger machine.
TEST_JOBS ?= 2
# A file stays on one core: what its tests share, such as the loaded sample, is made once.
PYTEST := $(bin)/pytest -n $(TEST_JOBS) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo run setup test soak lint format bench lock upgrade clean system-run system-tests

help: ## Liệt kê các lệnh | List the commands
	@printf '\nCLB: thu thập số liệu bằng biểu mẫu | form-based field data collection\n\n'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\) | \(.*\)/\1|\2|\3/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r target vi en; do printf '  make %-8s %s\n                %s\n' "$$target" "$$vi" "$$en"; done
	@printf '\n  PORT=8000  CLB_DATA=./data  CLB_DATABASE_URL=…  CLB_PUBLIC_URL=…  CLB_LANGUAGE=vi\n\n'

demo: system-run $(ready_to_run) ## Cài đặt, nạp số liệu mẫu rồi chạy máy chủ | Set up, load sample data and serve
	@exec $(bin)/clb demo

run: system-run $(ready_to_run) ## Như demo nhưng không có số liệu mẫu | The same without sample data
	@exec $(bin)/clb demo --no-sample-data

setup: system-run $(ready_to_run) ## Chỉ cài đặt | Set up only
	@:

test: system-tests $(ready_to_test) ## Kiểm tra mã nguồn và chạy mọi phép thử | Lint, then run every test
	@$(MAKE) --no-print-directory lint
	env -u TEST_DATABASE_URL $(PYTEST)
	scripts/with-postgres $(PYTEST) -m "database and not printing"

soak: system-tests $(ready_to_test) ## Đội 100 máy tính bảng và đường truyền chậm, mất nhiều phút | A fleet of 100 tablets and slow lines: takes minutes
	env -u TEST_DATABASE_URL $(bin)/pytest -m soak
	scripts/with-postgres $(bin)/pytest -m "soak and database"

lint: $(ready_to_test) ## Kiểm tra cách viết và kiểu dữ liệu | Check style and types
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy

format: $(ready_to_test) ## Sắp xếp lại mã nguồn theo quy ước | Put the code into the agreed layout
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: system-run $(ready_to_test) ## Đo tốc độ so với mức sàn | Measure speed as ratios against a floor
	@exec $(bin)/python -m bench

lock: ## Khóa lại phiên bản thư viện theo setup.cfg | Pin library versions again from setup.cfg
	@scripts/lock

upgrade: ## Khóa phiên bản thư viện mới nhất | Pin the newest library versions
	@scripts/lock --upgrade

clean: ## Xóa những gì make đã tạo, giữ số liệu | Delete what make made, keep the data
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system-run:
	@scripts/install-system run

system-tests:
	@scripts/install-system tests

# The two share one .venv, so the second waits for the first.
$(ready_to_run): requirements.lock setup.cfg pyproject.toml scripts/install-python | system-run
	@scripts/install-python requirements.lock
	@touch $@

$(ready_to_test): requirements-dev.lock $(ready_to_run)
	@scripts/install-python requirements-dev.lock
	@touch $@
