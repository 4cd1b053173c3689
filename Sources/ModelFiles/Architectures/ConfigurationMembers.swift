import JSON

extension MemberTable {
  /// config.json of all families: what transformers' classes read of it, and the code that some models bring. Held against what
  /// changes transformers' numbers by a test (`scripts/configuration_keys.py`).
  package static let configuration = MemberTable(
    honoured: [
      // What the model is.
      "model_type", "architectures", "auto_map", "tokenizer_class", "is_decoder", "add_cross_attention",
      "use_bidirectional_attention", "is_causal", "feed_forward_type",
      // Sizes.
      "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
      "max_position_embeddings", "type_vocab_size", "embedding_size", "num_hidden_groups", "inner_group_num",
      "head_dim",
      "num_key_value_heads", "dim", "hidden_dim", "n_heads", "n_layers", "n_embd", "n_head", "n_layer", "n_inner",
      "n_positions", "pad_vocab_size_multiple", "max_trained_positions",
      // Activations, norms and biases.
      "hidden_act", "activation", "hidden_activation", "activation_function", "layer_norm_eps", "layer_norm_epsilon",
      "rms_norm_eps", "norm_eps", "norm_bias", "attention_bias", "mlp_bias", "qkv_proj_bias", "mlp_fc1_bias",
      "mlp_fc2_bias", "prenorm", "use_rms_norm", "causal", "layer_norm_type", "pack_qkv",
      // Positions and attention.
      "pad_token_id", "position_embedding_type", "relative_attention_num_buckets", "rope_theta", "rope_parameters",
      "rope_scaling", "rope_local_base_freq", "global_rope_theta", "local_rope_theta", "partial_rotary_factor",
      "rotary_emb_base", "rotary_emb_fraction", "rotary_emb_interleaved", "rotary_scaling_factor", "sliding_window",
      "sliding_window_pattern", "_sliding_window_pattern", "use_sliding_window", "layer_types", "local_attention",
      "global_attn_every_n_layers", "query_pre_attn_scalar", "attn_logit_softcapping", "logn_attention_scale",
      // Heads.
      "id2label", "num_labels", "classifier_pooling", "classifier_bias", "classifier_activation", "decoder_bias",
      "tie_word_embeddings", "sbert_ce_default_activation_function", "sentence_transformers",
    ],
    harmless: [
      // Training.
      "attention_dropout", "attention_probs_dropout_prob", "classifier_dropout", "classifier_dropout_prob", "dropout",
      "embedding_dropout", "hidden_dropout_prob", "initializer_cutoff_factor", "initializer_range", "mlp_dropout",
      "qa_dropout", "seq_classif_dropout", "summary_activation", "summary_last_dropout", "summary_type",
      "summary_use_proj", "gradient_checkpointing", "sparse_prediction", "sparse_pred_ignore_index",
      // Names, and ids that the tokenizer's files say.
      "_name_or_path", "transformers_version", "label2id", "problem_type", "prefix", "bos_token_id", "eos_token_id",
      "cls_token_id", "sep_token_id", "language", "name", "finetuning_task", "task_specific_params",
      // How it is computed, not what: all is computed in float32, or in q8_0 of that.
      "chunk_size_feed_forward", "deterministic_flash_attn", "dtype", "torch_dtype", "output_attentions",
      "output_hidden_states", "output_past", "return_dict", "torchscript", "use_bfloat16", "use_cache",
      "use_memory_efficient_attention", "unpad_inputs", "reference_compile", "repad_logits_with_grad",
      "_attn_implementation", "attn_implementation", "use_flash_attn", "fused_bias_fc", "fused_dropout_add_ln",
      // What other heads, other models of the class or none read.
      "final_logit_softcapping", "max_window_layers", "sinusoidal_pos_embds", "is_encoder_decoder",
      "matryoshka_dimensions", "emb_pooler",
    ],
    refused: [
      "quantization_config": "its weights are not those of a plain checkpoint",
      "pruned_heads": "some of its heads are not there",
      "num_experts": "its blocks choose among several networks",
      "moe_every_n_layers": "its blocks choose among several networks",
      "rotary_emb_scale_base": "its angles have lengths too",
      "parallel_block": "attention and feed-forward network stand side by side",
      "lora_adaptations": "its weights depend on the task",
      "adapter_fusion_config": "its weights depend on adapters",
    ])

  /// Refuses the members of `refused` that ask for something: those that are neither null, false, 0 nor empty.
  func checkAsked(_ root: JSONField) throws(JSONFieldError) {
    for (name, reason) in refused.sorted(by: { $0.key < $1.key }) {
      switch root[name].value {
      case nil, .null?, .bool(false)?, .integer(0)?: continue
      case .array(let items)? where items.isEmpty: continue
      case .object(let object)? where object.members.isEmpty: continue
      default: throw root[name].mismatch("no such member: \(reason)")
      }
    }
  }
}
