# docker buildx bake           both images, for this machine
# REGISTRY=… VERSION=… docker buildx bake release --push
variable "REGISTRY" { default = "throughline.local" }
variable "VERSION" { default = "0.1.0" }

group "default" { targets = ["portal", "tools"] }
group "release" { targets = ["portal-release", "tools-release"] }

target "portal" {
  target = "portal"
  tags   = ["${REGISTRY}/throughline:${VERSION}"]
}

target "tools" {
  target = "tools"
  tags   = ["${REGISTRY}/throughline-tools:${VERSION}"]
}

# What is in it (SBOM) and how it was made (provenance) go with the image.
target "_released" {
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
  cache-from = ["type=gha"]
  cache-to   = ["type=gha,mode=max"]
}

target "portal-release" { inherits = ["portal", "_released"] }
target "tools-release" { inherits = ["tools", "_released"] }
