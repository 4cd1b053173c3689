;;; akin-documents.el --- Buffers that differ from their files  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The Akin authors

;; Author: The Akin authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Buffers whose text is not that of their files are told to the server
;; as open documents: searches see them as they stand, and the lines of
;; results are those of the buffer.  They are told when a request is
;; sent, not at every key.

;;; Code:

(require 'cl-lib)
(require 'subr-x)
(require 'url-util)

(defvar akin--documents nil
  "Alist from a buffer to the URI and the tick that the server knows.")

(defun akin--uri (path)
  "Return the file URI of PATH."
  (concat "file://" (url-hexify-string path (cons ?/ url-unreserved-chars))))

(defun akin--differs (buffer)
  "Return whether the text of BUFFER is another than that of its file.
Where the file is gone, what BUFFER still holds is not searched."
  (or (buffer-modified-p buffer)
      (and (file-exists-p (buffer-file-name buffer))
           (not (verify-visited-file-modtime buffer)))))

(defun akin--buffer-text (buffer)
  "Return the whole text of BUFFER."
  (with-current-buffer buffer
    (save-restriction
      (widen)
      (buffer-substring-no-properties (point-min) (point-max)))))

(defun akin--open-document (buffer uri notify)
  "Tell by NOTIFY that BUFFER is open as URI."
  (let ((tick (buffer-chars-modified-tick buffer)))
    (funcall notify :textDocument/didOpen
             `(:textDocument (:uri ,uri :languageId "" :version ,tick
                              :text ,(akin--buffer-text buffer))))
    (setf (alist-get buffer akin--documents) (cons uri tick))))

(defun akin--change-document (buffer notify)
  "Tell by NOTIFY of the text that BUFFER has now, if it is another."
  (let ((tick (buffer-chars-modified-tick buffer))
        (told (alist-get buffer akin--documents)))
    (unless (eql tick (cdr told))
      (funcall notify :textDocument/didChange
               `(:textDocument (:uri ,(car told) :version ,tick)
                 :contentChanges [(:text ,(akin--buffer-text buffer))]))
      (setcdr told tick))))

(defun akin--close-document (buffer notify)
  "Tell by NOTIFY that BUFFER is not open any more, so that its file counts."
  (funcall notify :textDocument/didClose
           `(:textDocument (:uri ,(car (alist-get buffer akin--documents)))))
  (setf (alist-get buffer akin--documents nil 'remove) nil))

(defun akin--tell-documents (folder notify)
  "Tell by NOTIFY, a function of method and parameters, of buffers in FOLDER.
Those that differ from their files are open documents, and no others."
  (let (open)
    (dolist (buffer (buffer-list))
      (when-let* ((name (buffer-file-name buffer))
                  (path (and (not (file-remote-p name)) (file-truename name)))
                  (uri (akin--uri path)))
        ;; One that is open stays so, whichever folder is searched, until it
        ;; is like its file again.
        (when (and (or (assq buffer akin--documents)
                       (string-prefix-p (file-name-as-directory folder) path))
                   (akin--differs buffer))
          (push buffer open)
          (when-let ((told (alist-get buffer akin--documents)))
            ;; It may have another name now.
            (unless (equal (car told) uri)
              (akin--close-document buffer notify)))
          (if (assq buffer akin--documents)
              (akin--change-document buffer notify)
            (akin--open-document buffer uri notify)))))
    (dolist (buffer (mapcar #'car akin--documents))
      (unless (memq buffer open)
        (akin--close-document buffer notify)))))

(defun akin--document-saved (buffer notify)
  "Tell by NOTIFY that BUFFER was written to its file, which is read anew."
  (when-let ((name (buffer-file-name buffer)))
    (unless (assq buffer akin--documents)
      (akin--open-document buffer (akin--uri (file-truename name)) notify))
    (akin--close-document buffer notify)))

(defun akin--forget-documents ()
  "Note that a new server knows of no document."
  (setq akin--documents nil))

(provide 'akin-documents)
;;; akin-documents.el ends here
