#!/bin/sh
# Writes the digest that the registry names today beside each image of Containerfile and compose.yaml, so that what
# is built and started is what was looked at. Needs docker and the network; run again to renew. `make pin-images`
set -eu
cd "$(dirname "$0")"
pinned='(@sha256:[0-9a-f]{64})?'
images=$(sed -nE "s/^(FROM|[[:space:]]+image:)[[:space:]]+([^@[:space:]]+)$pinned([[:space:]].*)?\$/\2/p" Containerfile compose.yaml)
for image in $images; do
  digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
  if ! printf '%s' "$digest" | grep -Eqx 'sha256:[0-9a-f]{64}'; then
    echo "pin-images: no digest for $image, found: $digest" >&2
    exit 1
  fi
  sed -i -E "s|^(FROM +\|[[:space:]]+image: +)$image$pinned|\1$image@$digest|" Containerfile compose.yaml
  if [ -f unpinned_images.txt ]; then
    grep -vxF "$image" unpinned_images.txt > unpinned_images.new || true
    mv unpinned_images.new unpinned_images.txt
  fi
  echo "$image@$digest"
done
