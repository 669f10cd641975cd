# SPDX-FileCopyrightText: 2026 The libyolo authors
# SPDX-License-Identifier: Apache-2.0
#
# go.sh shared|static: the tests of bindings/go, with the race detector where there is
# one, and samples/go as a module of its own. The prefix is moved first.
. "$(dirname "$0")/common.sh"
need go
need pkg-config
kind=$1

# Nothing of the user's, nothing from the network, nothing written beside the sources.
# The cache outlives the scratch folder: it has Go's own packages, compiled. It does
# not know what libyolo is linked: a flag tells it.
export GOENV=off GOFLAGS='' GOWORK=off GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
export GO111MODULE=on CGO_ENABLED=1 GOCACHE=$(dirname "$SCRATCH")/go-cache GOPATH=$SCRATCH/gopath
installed=$(find "$STAGE/include" "$STAGE"/lib* -type f -print0 | sort -z | xargs -0 cat | cksum)
export CGO_CFLAGS="-O2 -g $CFLAGS -DINSTALLED_${kind}_${installed// /_}" CGO_LDFLAGS=$CFLAGS
export YOLO_COMMAND=$COMMAND YOLO_SAMPLES=$SOURCE/samples

# Device neuron, simulated.
export YOLO_TEST_NEFF=$SCRATCH/nano.neff YOLO_TEST_LIBNRT=$BUILD/nrt_sim/libnrt.so.1
"$BUILD/bin/make_neff" "$model.cfg" "$model.weights" "$YOLO_TEST_NEFF" batch=2

cp -r "$STAGE" prefix
tags=
if [[ $kind == static ]]; then
  find prefix -name 'libyolo.so*' -delete
  tags=yolo_static
fi
PKG_CONFIG_PATH=$(pc_folder "$SCRATCH/prefix")
export PKG_CONFIG_PATH
if [[ $kind == shared ]]; then
  LD_LIBRARY_PATH=$(pkg-config --variable=libdir yolo)
  export LD_LIBRARY_PATH
fi

# Go has no UndefinedBehaviorSanitizer, and its race detector no place beside others.
case $CFLAGS in
  *-fsanitize=address*) instrumented=-asan ;;
  *-fsanitize=*) skip "Go programs are not built with $CFLAGS" ;;
  *) instrumented=-race ;;
esac
# It knows compilers for that by their names.
if [[ $instrumented == -asan && $(basename "$CC") == cc ]]; then
  if "$CC" --version | grep -qi clang; then CC=clang; else CC=gcc; fi
fi
mkdir empty
printf 'package main\nimport "C"\nfunc main() {}\n' >empty/main.go
if ! go build $instrumented -o empty/main empty/main.go 2>empty/log; then
  [[ $instrumented == -race ]] || skip "no go build $instrumented here: $(cat empty/log)"
  echo "no race detector here: $(cat empty/log)"
  instrumented=
fi

unformatted=$("$(go env GOROOT)/bin/gofmt" -l "$SOURCE/bindings/go" "$SOURCE/samples/go")
[[ -z $unformatted ]] || fail "not as gofmt writes it: $unformatted"

cd "$SOURCE/bindings/go"
go vet -tags "$tags" ./...
if [[ $instrumented != -asan ]]; then
  go test -count 1 -tags "$tags" -timeout 15m -v . >"$SCRATCH/bindings.log" ||
    fail "$(cat "$SCRATCH/bindings.log")"
  if grep SKIP "$SCRATCH/bindings.log"; then fail "not all was tested"; fi
fi
if [[ -n $instrumented ]]; then
  go test -count 1 -tags "$tags" $instrumented -short -timeout 15m .
fi

# As a user has it: a copy, somewhere else.
cp -r "$SOURCE/samples/go" "$SCRATCH/consumer"
cd "$SCRATCH/consumer"
if [[ $instrumented == -race ]]; then instrumented=; fi
go mod edit -replace "libyolo/yolo=$SOURCE/bindings/go"
go vet -tags "$tags" .
go test -count 1 -tags "$tags" $instrumented -v . | tee "$SCRATCH/sample.log"
if grep -q SKIP "$SCRATCH/sample.log"; then fail "the sample was not compared"; fi
go build -tags "$tags" $instrumented -o detect .
if [[ $kind == static ]] && ldd detect | grep libyolo; then
  fail "the program needs a shared libyolo"
fi
./detect "$model.cfg" "$model.weights" "$photo" | grep -q '^class 45, '
