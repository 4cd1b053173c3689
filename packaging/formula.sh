#!/usr/bin/env bash
# Writes the Homebrew formula and the Nix flake for the archives that are in a folder; what is for other platforms is left out.
# Usage: AKIN_DOWNLOADS=ADDRESS packaging/formula.sh VERSION FOLDER
set -eu
version=$1
folder=$(realpath "$2")
downloads=${AKIN_DOWNLOADS:-file://$folder}
cd "$(dirname "$0")/.."

sum() { packaging/archive.py sum "$1" | cut -d' ' -f1; }
entry() { # triple, indentation, template with %URL and %SUM
  local archive=akin-$version-$1.tar.gz
  if [ -f "$folder/$archive" ]; then
    printf '%s\n' "$3" | sed "s|%URL|$downloads/$archive|; s|%SUM|$(sum "$folder/$archive")|; s|^|$2|"
  fi
}
brew() { # triple, system, processor
  local found
  found=$(entry "$1" '      ' "url \"%URL\"
sha256 \"%SUM\"")
  if [ -n "$found" ]; then printf '  on_%s do\n    on_%s do\n%s\n    end\n  end\n' "$2" "$3" "$found"; fi
}
cat >"$folder/akin.rb" <<RUBY
class Akin < Formula
  desc "Finds text that means the same: embeddings, similarity and search, locally"
  homepage "${AKIN_HOMEPAGE:-$downloads}"
  version "$version"
  license "MIT"

$(brew arm64-macos macos arm)
$(brew x86_64-linux linux intel)
$(brew aarch64-linux linux arm)

  def install
    bin.install Dir["bin/*"]
    bash_completion.install "share/bash-completion/completions/akin"
    zsh_completion.install "share/zsh/site-functions/_akin"
    fish_completion.install "share/fish/vendor_completions.d/akin.fish"
    man1.install "share/man/man1/akin.1"
    pkgshare.install Dir["share/akin/*"]
    doc.install Dir["share/doc/akin/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/akin --version")
  end
end
RUBY
# Empty lines of platforms that are not there.
sed -i.bak '/./,$!d' "$folder/akin.rb" && cat -s "$folder/akin.rb.bak" >"$folder/akin.rb" && rm "$folder/akin.rb.bak"

cat >"$folder/flake.nix" <<NIX
{
  description = "Akin finds text that means the same";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }:
    let
      archives = {
$(entry x86_64-linux '        ' 'x86_64-linux = { url = "%URL"; sha256 = "%SUM"; };')
$(entry aarch64-linux '        ' 'aarch64-linux = { url = "%URL"; sha256 = "%SUM"; };')
$(entry arm64-macos '        ' 'aarch64-darwin = { url = "%URL"; sha256 = "%SUM"; };')
      };
    in {
      packages = builtins.mapAttrs (system: archive:
        let pkgs = nixpkgs.legacyPackages.\${system}; in {
          default = pkgs.stdenvNoCC.mkDerivation {
            pname = "akin";
            version = "$version";
            src = pkgs.fetchurl archive;
            dontStrip = true;
            installPhase = "mkdir -p \$out && cp -R bin share \$out";
            meta.mainProgram = "akin";
          };
        }) archives;
    };
}
NIX
sed -i.bak '/^$/d' "$folder/flake.nix" && rm "$folder/flake.nix.bak"
