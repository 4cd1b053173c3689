import JSON

/// What most likely holds a secret: private keys, credentials, the state of tools that keep passwords in it. Left out unless
/// `.akinignore` asks for it by a line with `!`, since an index is read by more programs than the file.
enum SecretPolicy {
  /// Whole names, in lower case.
  private static let names: Set<String> = Set(
    """
    id_rsa id_dsa id_ecdsa id_ed25519 id_ecdsa_sk id_ed25519_sk id_xmss identity.key .env .envrc .netrc _netrc .npmrc \
    .yarnrc.yml .pypirc .pgpass .my.cnf .mylogin.cnf .htpasswd .git-credentials .dockercfg .vault-token .boto .s3cfg \
    .terraformrc terraform.rc credentials credentials.json credentials.yml credentials.yaml credentials.xml credentials.ini \
    credentials.toml credentials.db .credentials .credentials.json secrets.yml secrets.yaml secrets.json secrets.toml \
    secrets.ini secrets.env secret.yml secret.yaml secret.json secret.toml client_secret.json client_secrets.json \
    service-account.json service_account.json serviceaccount.json application_default_credentials.json accesstokens.json \
    access_tokens.db azureprofile.json kubeconfig master.key secret.key secring.gpg secring.pgp pubring.kbx trustdb.gpg \
    login.keychain shadow gshadow master.passwd sam.hive ntds.dit wallet.dat passwords.txt passwords.csv password.txt \
    logins.json key3.db key4.db cookies.sqlite .bash_history .zsh_history .sh_history .psql_history .mysql_history \
    .python_history .node_repl_history .rediscli_history keyring.json hub.token .token auth.json \
    rclone.conf .rclone.conf credentials.tfrc.json
    """.split(separator: " ").map(String.init))
  /// What comes after the last dot.
  private static let endings: Set<String> = Set(
    """
    pem key ppk p8 pk8 pkcs8 p12 pfx jks keystore keytab kdbx kdb agilekeychain opvault keychain keychain-db keyring gpg pgp \
    tfstate tfvars env agekey ovpn asc.key rdp.key kubeconfig secret secrets psafe3 bek fve snk pvk ssh
    """.split(separator: " ").map(String.init))
  /// Before these, `.env.` and `.tfvars.` are examples.
  private static let exampleEndings: Set<String> = ["example", "sample", "template", "dist", "tmpl", "defaults"]
  /// Parts of a name behind which more may follow: `terraform.tfstate.backup`, `.env.production`.
  private static let parts: Set<String> = ["env", "tfstate"]

  /// Files whose own names tell nothing, by the folder that they are in.
  private static let places: Set<String> = [".kube/config", ".docker/config.json", "gh/hosts.yml", ".chef/knife.rb"]
  /// What is no secret among the keys of SSH.
  private static let harmlessOfSSH = ["config", "known_hosts", "authorized_keys"]

  /// Whether a file's path, from whatever folder, says so.
  static func isSecret(path: String) -> Bool {
    let steps = path.lowercased().utf8.split(separator: UInt8(ascii: "/")).suffix(2).map { String($0) ?? "" }
    guard let name = steps.last else { return false }
    if names.contains(name) || places.contains(steps.joined(separator: "/")) { return true }
    if steps.count == 2, steps[0] == ".ssh", !name.hasSuffix(".pub"), !harmlessOfSSH.contains(where: name.hasPrefix) {
      return true
    }
    let pieces = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
      String($0) ?? ""
    }
    guard pieces.count > 1, let last = pieces.last, !exampleEndings.contains(last) else { return false }
    if endings.contains(last) { return true }
    if pieces.dropFirst().dropLast().contains(where: parts.contains) { return !isSource(last) }
    return name.hasPrefix("client_secret") && last == "json" || name.hasPrefix("service-account") && last == "json"
  }

  /// `vite.env.ts` is a program's text.
  private static func isSource(_ ending: String) -> Bool {
    ["ts", "js", "mjs", "cjs", "tsx", "jsx", "py", "rb", "go", "rs", "swift", "md", "d", "html", "vue"].contains(ending)
  }

  private static let markers: [[UInt8]] = [
    "PuTTY-User-Key-File-", "AGE-SECRET-KEY-1", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
  ].map { Array($0.utf8) }
  /// How ``begin`` begins in base64, as Kubernetes keeps files.
  private static let encodedBegin = Array("LS0tLS1CRUdJTi".utf8)
  private static let begin = Array("-----BEGIN ".utf8)
  /// Characters of base64 in a row that no prose has.
  private static let keyLetters = 40
  /// Bytes behind a marker in which they are looked for.
  private static let keyDistance = 400

  /// Whether a file's bytes say so: a private key stands in them, and not only the words that a key begins with in a line
  /// of a program or a page.
  static func isSecret(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let marker = rest.firstRange(of: begin) {
      rest = bytes[marker.upperBound...]
      if isKeyLabel(rest), isAlone(bytes, from: marker.lowerBound) || hasKeyLetters(rest) { return true }
    }
    rest = bytes[...]
    while let marker = rest.firstRange(of: encodedBegin) {
      rest = bytes[marker.upperBound...]
      let head = encodedHead(bytes[marker.lowerBound...])
      if isKeyLabel(head.dropFirst(begin.count)), hasKeyLetters(rest) { return true }
    }
    return markers.contains { marker in
      bytes.starts(with: marker) || bytes[...].firstRange(of: [UInt8(ascii: "\n")] + marker) != nil
    }
  }

  /// What the first characters of base64 stand for.
  private static func encodedHead(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    Base64.decode(String(decoding: bytes.prefix(80), as: UTF8.self)).map { $0[...] } ?? []
  }

  /// Whether `RSA PRIVATE KEY-----` or the like comes first.
  private static func isKeyLabel(_ bytes: ArraySlice<UInt8>) -> Bool {
    let letters = bytes.prefix(60).prefix { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 }
    return ["PRIVATE KEY", "PRIVATE KEY BLOCK"].contains { letters.suffix($0.utf8.count).elementsEqual($0.utf8) }
      && bytes.dropFirst(letters.count).starts(with: "-----".utf8)
  }

  /// Whether nothing else is in the marker's line.
  private static func isAlone(_ bytes: [UInt8], from dash: Int) -> Bool {
    let before = bytes[..<dash].suffix(while: { $0 != UInt8(ascii: "\n") })
    let after = bytes[dash...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return before.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
      && after.suffix(5).elementsEqual("-----".utf8)
  }

  private static func hasKeyLetters(_ bytes: ArraySlice<UInt8>) -> Bool {
    var run = 0
    for byte in bytes.prefix(keyDistance) {
      let isLetter = (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2F
      run = isLetter ? run + 1 : 0
      if run >= keyLetters { return true }
    }
    return false
  }
}

extension ArraySlice<UInt8> {
  /// The elements at the end that a condition holds for.
  fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex, condition(self[start - 1]) { start -= 1 }
    return self[start...]
  }

  fileprivate func firstRange(of part: [UInt8]) -> Range<Int>? {
    guard let first = part.first else { return nil }
    var rest = self
    while let index = rest.firstIndex(of: first) {
      if self[index...].starts(with: part) { return index..<index + part.count }
      rest = self[(index + 1)...]
    }
    return nil
  }
}
