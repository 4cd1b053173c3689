import JSON

/// The members of a JSON file that the reference reads: honoured here, harmless, or refused. Whoever adds one says which it is.
package struct MemberTable: Sendable {
  /// What is read and followed, or refused where its value asks for something that Akin does not compute.
  package let honoured: Set<String>
  /// What changes no number: other libraries' speed and memory, training, or what is said elsewhere too.
  package let harmless: Set<String>
  /// What is refused wherever it is there and not null, with the reason.
  package let refused: [String: String]

  /// Refuses members that are in no part of the table too: the reference's own class has no such parameter.
  func checkAll(_ root: JSONField) throws(JSONFieldError) {
    try check(root)
    for (name, _) in try root.object()
    where !honoured.contains(name) && !harmless.contains(name) && refused[name] == nil && root[name].isPresent {
      throw root[name].mismatch("no such member: sentence-transformers knows none of that name")
    }
  }

  /// Refuses the members of `refused`. Others that are in no part of the table are read by nobody.
  func check(_ root: JSONField) throws(JSONFieldError) {
    for (name, reason) in refused.sorted(by: { $0.key < $1.key }) where root[name].isPresent {
      throw root[name].mismatch("no such member: \(reason)")
    }
  }
}

extension MemberTable {
  /// sentence_bert_config.json, whose members are the parameters of sentence-transformers' Transformer.
  package static let transformer = MemberTable(
    honoured: [
      "max_seq_length", "do_lower_case", "transformer_task", "processing_kwargs", "modality_config",
      "module_output_name",
      "model_args", "model_kwargs", "tokenizer_args", "processor_kwargs", "config_args", "config_kwargs",
      "query_length", "document_length", "query_expansion",
    ],
    harmless: ["unpad_inputs", "backend"],
    refused: ["tokenizer_name_or_path": "the tokenizer would be another model's"])

  /// What the model is made with (`model_args`).
  package static let modelArguments = MemberTable(
    honoured: [],
    harmless: [
      "attn_implementation", "torch_dtype", "dtype", "device_map", "trust_remote_code", "use_safetensors",
      "low_cpu_mem_usage", "add_pooling_layer", "unpad_inputs", "use_memory_efficient_attention", "provider",
      "file_name", "export", "token", "revision", "cache_dir", "local_files_only", "use_cache",
    ], refused: [:])

  /// What the tokenizer is made with (`tokenizer_args`): whatever changes tokens belongs in tokenizer_config.json.
  package static let tokenizerArguments = MemberTable(
    honoured: ["padding_side"],
    harmless: TokenizerSettings.harmless.union([
      "trust_remote_code", "token", "revision", "cache_dir", "local_files_only",
    ]), refused: [:])

  /// What the configuration is made with (`config_args`).
  package static let configurationArguments = MemberTable(
    honoured: [],
    harmless: [
      "trust_remote_code", "use_cache", "output_attentions", "output_hidden_states", "attn_implementation", "dtype",
      "torch_dtype", "token", "revision", "cache_dir", "local_files_only",
    ], refused: [:])

  /// The config.json of a Pooling module.
  package static let pooling = MemberTable(
    honoured: [
      "word_embedding_dimension", "embedding_dimension", "pooling_mode", "include_prompt", "pooling_mode_cls_token",
      "pooling_mode_max_tokens", "pooling_mode_mean_tokens", "pooling_mode_mean_sqrt_len_tokens",
      "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken",
    ], harmless: [], refused: [:])

  /// The config.json of a Dense module.
  package static let dense = MemberTable(
    honoured: [
      "in_features", "out_features", "bias", "activation_function", "module_input_name", "module_output_name",
      "use_residual",
    ], harmless: [], refused: [:])

  /// The config.json of a Normalize module, of which its class takes these two alone.
  package static let normalize = MemberTable(
    honoured: ["module_input_name", "module_output_name"], harmless: [], refused: [:])

  /// The config.json of a SpladePooling module.
  package static let spladePooling = MemberTable(
    honoured: ["pooling_strategy", "activation_function", "word_embedding_dimension", "embedding_dimension"],
    harmless: ["chunk_size"], refused: [:])

  /// The config.json of a MultiVectorMask module.
  package static let multiVectorMask = MemberTable(
    honoured: ["skiplist_words", "skiplist_tasks"], harmless: [],
    refused: ["keep_only_token_ids": "it keeps the vectors of pictures"])

  /// config_sentence_transformers.json. Of PyLate's members some stand here too.
  package static let model = MemberTable(
    honoured: [
      "prompts", "default_prompt_name", "similarity_fn_name", "truncate_dim", "max_active_dims", "activation_fn",
      "model_type", "query_prefix", "document_prefix", "do_query_expansion", "attend_to_expansion_tokens",
      "attend_to_mask_tokens", "skiplist_words", "query_length", "document_length", "query_expansion",
    ], harmless: ["__version__"], refused: [:])
}
