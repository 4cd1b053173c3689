/// What the reference implementation answers for a few texts, to check a model and this machine's kernels by.
///
/// float32 vectors of the default model from sentence-transformers; the same values as in Tests/Fixtures/embed.jsonl,
/// to which a test holds them.
struct ReferenceVector {
  let text: String
  /// base64 of little-endian float32.
  let base64: String

  /// The components; empty where the base64 is not valid, which a test rules out.
  var components: [Float] { Base64.float32s(base64) }

  /// English, accents that the normaliser takes off, and a script split into single characters.
  static let all = [
    ReferenceVector(
      text: "Artificial Intelligence aims to create machines that can think and learn.",
      base64: """
        RnIrPBxRjr28vAm6FLvJvDyFNLyU9228aLg2Peg0sDy7XdY8ldWmPLjvKLymCKa7WlVTPSGPCL2NqiM8uuEuPdFUPr2ZoLQ7o0CtvYIojr0/\
        f7k9CIhJOnpftrwTz628KlI4vWGypj2EjHe8ewnQu8vCujxC5Cq7Cv1VPS3EhbyOaG09b29DPcnWRb3X7tc8PWdUvaAwBjzBV/08vvWUvdp4\
        VL0V5T+9Go0NPfFVeLwGAbs9+/oAPh6IJr24Dcm8NrQyuyweBj1FnDm+3EfNvMJ3HjxsOFe90DjQvEa5aT34r2C6SizwO6tnkbyiS9e8O2MS\
        vJjdub3qSg09c+R2uyGAYj0sUCG8T9m8vJqmCD3pKfg8GDE9vQbEWD1xXtc9tWNxPeJcmbz9u3c8ma3Gu58xcjuFWaK8vWKYPaqxurw1xX29\
        KOlhPAfS8rxTtX49hTxuO8wzO71SlDC8d1E2PSxHDb10orC74MEsvOX+3b2+F4a9yK9kvRAzij2GVYg9XAUXvcAHqL2cnFy8meVlPNMGLLxT\
        JdM8V0UsO2phXTyHxxK75kaNvf4dsz1hfYC8O9iZPYD/1L3a5hG9/neivCQaGD3K3SO9WRPxuzlw+TwKDda69SapPQls/TzSpMQ77IL8vJP9\
        cDyq7VS9W8dAPeMMJz1jIZW9BnjZvfUwp4mAZDK9Z42JvHM80D3wcjs9c0WOPaG6mL2s16i8UnetvFRtU7y3ftY8y9QbvQBj07xr7U08WDWv\
        PUcIzT0rSm69c/5VvSD6hD2lGN28ul39vA7Ahj2Lb8m8bPAsPTUVhL3fEjW93gALPbTCuzzWPpS9ksiFO9MW2jqrb/K8WaW6PdGm470W+449\
        yq9gvLFeujtE6+e6DlAAPLUMRT0S+ic98lQdPeFKcD1rSmg9YYyePIdUObxp2Qw99xh/PQItmLw0Ia88olhsvAlBDLvnVmi8je+mvI19nr1b\
        0e09MPamPJU4yLxm+6w8CJqLPAIXaLyYbLc8rECKvLMNMzvYubY9vXNFPefTwj3CTjs9OjBrPVRw2z2pJ7o8fvCQPNVUWTyVRBO9u/devSkj\
        Vr0pKdg86hBRPOVh6r2pgRI8tgsHPNyfNrmph469bImyvTV+qL3myTc9J6KkPAUiEL2iCrm9dh8pPKGW3bzVNA69kfgtvest1DotCUs9mnjL\
        vQhM+AjJhqK9FC/lPDzarb0TMrw9mrCaO3RvgLwkDo69/q7YvGg+WLx30nc9dBNFvff/zbyDMP48hZwVPU3IGL3UgSW8+L2qvIqQI72qO6e8\
        KaINuzkR5rvKQYA9CsfTvVfVubyWfLk7NOhrPR/4Rr0psgq73BGAPDw0LT2Eluy8EnGRvUKjb70YwXE9J4POPA1/Zj1vq1w9x5XKvAKYGLyM\
        t8I8nAvkPHlWIr1HkTu9nz0uvNYoRL2KgeS8wq9WuyOWrT1vIEM8kDHcO4jv5jz1N6e8/DlWvX65AL5Bu6S9z+eXvDH6q7yldXU7LrQ9PXyp\
        hT1cKni9hjndvV1PIDxWJtI8qStevWmWdzzH98g7KcrEPVfOjLwMYoG9lc8dPeNUdzvpSjk7J6tPPXonTLx+bgO9W/YpvKOhWr3H0UC9RoMK\
        vXDdGTxJ56W9z1YsvCRylD0dS3g8dScxvM42Rju5Hyg8s2SMvMRB5bya2k29DjzPPYUjuLxLk7s9HhUtvmuforI8jFa8WnSZvQRFsz20Y5M9\
        UBF0PXSp7Dz63Aa9tmwGPQ/Uar3QwRC9z7BNPf7i8rqC/BK8Pl0NPeL/mT0tLhg9lI1VPW2vGr3BatY8ZbKaPHy3dD1Xtj+9gBjUvGuMSz3Z\
        jBa9YucyvfZM6bzmA6Q8ISeQvbkWyz1yZ4O8KioWPaUUKD2Dv2Q8hBFVPXrvpT1taTu8kFHwvOMUv7zfiw++TnREvEI0kz1N9Sm9Ufz7OxBG\
        gD3UVQK82VrcvAx3270RrTc9bW6TPfpa6Tsda8Q9nNOFPcoWiz34Buc9DiR9PGlijzvfis67rZthPF208D1O8nU9gE3mPUz87Tzaxhi9
        """),
    ReferenceVector(
      text: "naïve café résumé Ångström",
      base64: """
        T5IhPdr7H73WnyW8CnNdPTfsbj1K9CY9l+SHvJ+fVr1TOMi96vVJvLrrkDxxXQY7ZE+OvQE8fr1d91I8m8z5vCf0Zz0j1iM8H6AuPQ5RyzuF\
        Zsq9oT2vPGV9ST218rS8p3pbPQc3wDuIap09m802vK6HsD3Vk0a9xoRMPc9I1DyDXKY9zisMvYgKxD3cyJ09NV53PAQlvbu65O688Ss8PU3I\
        bjzM4xy+2dOuvZV+ozylXzc92n0Wvb8+dDzNUh68fkzIPKHS+jyGHbO9USy4vd1rF72rvR69riitvG4gFz253UK9j9csu5RypD34EAe9mA2a\
        PN6Lyr092ZW90kMvPbWvirxdgDs9VRVivRwkZT05F6E8pHKTvQXEkT2Rlg08HJO0vWr0mj1xnDQ8M6mePaddWj3pJYW8t/KwPYq5mT1gR7e8\
        /yONPFRHeryL3dw89T8LPaTXiruZEn083eIgvR/xFb1ug4y9YlluPeD4RbyxkUm9Hi7Eu2a2rr2UmEK9elBIPcN3qzww9XA9iPCnPUnTp73Y\
        2rO7NU16vCz3Xz2X7Ga9REvdvV/3jLwLDu08fgEcPWJqFz2f6rc8fqszvAhT173rseA8Sz+bO/EFLryll/y78CYjvSY1Gz19Adq79bRMvOHG\
        kj0O1yS95/idvKnMpr20d4Y8xTwiPTwF1wg+zl+8laHdPQKrkrz8P747pxa9PLHy7Lx5ah+9wYkxvYT8H7vn5Ew9fmXzvMb5Bj7/Xo47iE/+\
        PeV8r70C8gs73fVCPZ4Ygz0ULnK8tJg2PdtT7Dz0u4Y8bfHlusPsAT2U/ym8j6B9PSdohD1jWS283ZajOjOqXD0qNR88K6IUPAOxBj0pF6q7\
        yE2FvT2Bj7y+hdm7SAzvOW2+Db1DKIO8Q2YVvAyrgz0cXoQ9kehFvAptar1gSWe8HZqqPfgYqrw3aVI88i4tvN69Cr28qBs7M0MDvYFmxD1r\
        3RW8jHwbvexSxrxccaM9/87YOcCiGrxAm148RKKkPDQVnrvqRC89CyTgvJDPyLucQ4o52SCPvc0VaD3dEPI7TQlTPYA9pTyIPMg8IHsqvVbL\
        Y7z4WGC9DBUZPJxO9Tx0HoK9QYDXPD5Huzy3m5o88w9vPKfEMb0MBzm9PfpPOqi80TxIjEO96xolvRHydD1I70S9U9L9PXVLpTxTeUU8xMKi\
        vFW3nofQdR0+4gMIvTaAx7wd8hg9KXLPvAvkrD2//9c9Ul2lPZv24r0n/w685SLjPALo+bshnHi8/stLvFIJ57w8iWc9mMVLPa8/6zx8RSS9\
        VoW7PBNVtbyUBU69ciVZu208OrzTXhs97lUxPaQUCD0irFm72iIgvmFzUL3Cuae9+HR6va15Frxu/og8WNMRPcpuaT2hUo698GxHvNVp1LzM\
        PP49gtuHPUk2Y7wZIAi+k3V8PTPhQj3wMvK9LieJPLOeMb2JbwC92KiYvU8E3DyZ4Pc7sGv5vB2iZT1GUoq8RqTIPPPOcT2sVpC8a9mdvI0S\
        iDxlB8E9hCcBvRj4a7ueaAC7waQDPgiUk7wOoxA9/vKSvH0cYr2p+Za8112DvFzcqD3TfD49Lr8Jve94LL18AMw8HhrMOr17FT27HQW9G5vO\
        PCvYCb30oGS8KtfKOgZsyD1Xn509LVGJPZtVmT1RKLY7445FPZf+1zzjAI69mkDoPOfN/LyH0sA9ANgvPWwCfLLgLHq9QwwCvdKpGL270Vs9\
        1gwuvTPReL2+QUq9JjHEPGwwfzzpCjc8SetMvTESnTsucZy9Oey2PdsZQz1cmMY59GKPPH+vXT0OC3e9s31PPexywbxTOyQ9SDaVPedcCr0h\
        awW953d5vRFtSbxmxJc99nUsPZ2Z970qoTG9gIKKvTEfHjx+NBI9AJdgPZNZcT0BWUI7nSENPNZDB7wHD9o9afq2vRxEkr3Y0qq7HwFSvbUZ\
        FL2zkqK8IbWVvL5SJz1yMLO8DmiTPS58Tb3D/Ye847YWPP3HBb2mBqi87QM2vWqJQL23+8069hhBvXXzOj1HkjA9QwN+vTMKEL427SK9
        """),
    ReferenceVector(
      text: "東京タワーは333メートルです",
      base64: """
        EJ4kPSIoqj0EXYY9Ws61veWmab1seIQ9pZnZPTLMDT2GyXq9WlMmvK1OKz1L4xW+HulPPCS/6LuWx8I8/XkxvT4oIz3ORI29RUCFPUBapr2x\
        fBE9d0e4vafmkLzDRLU9ffqJvNNQ1D3rZR69Ee5HPYKDUzw4tBc59QIsvbKZMLxb1cg8BFm0vfueuDuTA4K7FUclvS6Vm72n4a68Pw2CPAhK\
        vL0AkEO8kPv/OwmkG7u1ure83Bw7PSTH0jwSi2c9tEFdPDCKGr3AZ2E95Xf+u7Y6UzydJBo83slDPKy6SzyuYy09avuoO7mVoDy9nFW79hVL\
        va89UTyCSRe96yR8vWbJsj2ndsu8sOYKvBejsjzXfBe97dEgPPUN0zydrPS874JWPWW3+bx+mUm9PU6aPNLdLr3IPnK84O3svHu1I7z8iMm8\
        4tq9PEKlHbxLVow9r69EPdReED3Gema9xLcAPuymczwq8Sg8NJB/vbgvTzsKZN68o8ZyOx9IHr5e1GY9y6HYu/+F5rwg6mU9ev5yPIvQCz0Z\
        5xk9J6czPQCgQz2DqwK9OHsqO6P4sTxMD6M8+vBVPehfAL3Xutm9jquqvc5N0LzXjYS91q6yO0hgSj0U8I89s3LlvM03gb2nUb8807xtPbI2\
        mbuCTvK8C0KVvODvxb0mFWI86atoOWCJkAmXTum7COBDvWvu6Dr+geU6dgYCvROjFTzgpAW9OBHYPAs37zvshzE9zZhZvRhyeL1gc1A87uyU\
        vPuknTzXFGM84kB7PWhnsjvhp4q6LkRFvM2fybyvCZq9HC7ovJFJ1DziJVE9JWplvdLNcbwklS69L+pXPdHCTD1mGWy8Dv04vaY5Ab06BZo7\
        jNsjPEO3HL2fwEo9RDW4Pd+86Tt7Fww92tyePew6Yr23uQS+D5XWvEbCsz36yTw9FbcTPfs3q7zFyR08/bgQPCV0Sz2AM6s8n+M1vVQk3TtL\
        o7I9Q2uFPUqnoT0GRps86bx+vc2zujyM+jA9TWAGPc3cYbx3Yp47PmiuvPPfG70ryZI7IgXhvV2cGjzA1Ju8rDqKvZgOgDxgdbE9Kn1PPYMn\
        m73MjEy99apZvelIij2A6+U8J1JmO3abwbwalsK9n+bUuv7bPbwgpmA928SNPWFncz2vrNq9QeoAPeG/ITw3IgC9HaOrvV/u4T1PS808WVOh\
        va36wYkmY0Q7ja7NPC2pN70XuwS+1ijcvRSlqzxpHWe82F31PfALSLsaVrQ8/g5NvOC+Mzohk028h1iOPfNrh7weqR09TRa/Pa+NQT2A9Gm9\
        nUkOPQekUTwvide9AMzVvFbOhj2YxKq7XMFMPCzChj0Bsxs8ndV9PCDVAbsi0gG+7eqmuxQLxjyjhtU8xEBKvIqfgry54JE9FMdzvKX8vrxk\
        aAE9B5ubu7L3XD3k3RU+Ak2YPdZPBr0mdqc96jIUvlmD0TvEglm9PP7zu/J5GTydfaO9XmzwvL4hqTtX1ho9dZm3PHlRNL0Foq28yQLyvOLF\
        UbzP0/c6Xz1fvb2z6LurE0A99YBtPWWOjr1e9iI846uHvViHGj1H/U4985dhPddwgDxBZJu92wEmPb0iTr08EoO9uyJNvZ2ypD2aS9k8szGs\
        vBxP1byIiR09Fq2zvBgskb2Oyxi9NutjvTpIiLwE+gE+F8cUPW9Vs72KFfM7mU3aPbt/Wr0/Zli85bKXvCp/mrIX2To9ljflvTBANb230pa8\
        QvSDPLu38zul7vG8B4NnPbu63j2AJ6m84XrOPRoQoD3zXmO9OjN7PZZjML0Hfgk82HSbu8owBz3SYRU80NkjvTWKjz3Mivs8tgcePAzF4jxF\
        Y4Y70vI3PYEYo73deLE9EJDTvDc0Hz1wIgu9+/gjPdlpar0XrI292qlcvabKHbzWtQM7n/H1PdKEWryqwGe5Rl+GPeXdGbshz/W8bZp9vGVU\
        ez2qQHe9SNTAvNPvirxzLno87xhuvRsw8718EeU8/2kPPf2ZQzzRWa+8FFCDPLxzUjy6I0i7Vh+APPLuODxIbma7Uw+9PXVmXr36rXw8
        """),
  ]
}

/// The part of RFC 4648 that ``ReferenceVector`` needs.
private enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func float32s(_ text: String) -> [Float] {
    var values: [Float] = []
    // Sextets are the first to enter, floats the last to leave; 3 floats are 16 characters.
    var bits: UInt64 = 0
    var bitCount = 0
    var bytes: [UInt8] = []
    for character in text.utf8 {
      guard let sextet = alphabet.firstIndex(of: character) else { break }
      bits = bits << 6 | UInt64(sextet)
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(bitCount)))
      guard bytes.count == 4 else { continue }
      values.append(Float(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }))
      bytes.removeAll(keepingCapacity: true)
    }
    return values
  }
}
