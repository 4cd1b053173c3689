;;; akin.el --- Search by meaning with a local model  -*- lexical-binding: t; -*-

;; Copyright (C) 2026 The Akin authors

;; Author: The Akin authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: matching, tools, convenience
;; URL: https://akin.example/emacs
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Akin finds text that means the same, on this machine.  The commands
;; search the project that a buffer belongs to: its code and its prose,
;; by what they say rather than by the words they use.
;;
;;   M-x akin-index    index the project, with a progress report
;;   M-x akin-search   results in a buffer, as you type the query
;;   M-x akin-similar  what means the same as this line, or the region
;;   M-x akin-status   what is indexed, and by which model
;;
;; `next-error' and `previous-error' go through the results.  The
;; program "akin" must be on `exec-path'; it is started by the first
;; command.

;;; Code:

(require 'cl-lib)
(require 'compile)
(require 'jsonrpc)
(require 'project)
(require 'pulse)
(require 'subr-x)
(require 'url-parse)
(require 'url-util)

(defgroup akin nil
  "Search by meaning with a local model."
  :group 'matching)

(defcustom akin-command '("akin" "serve")
  "The program and its arguments.
With \"--shared\" all editors of a user share one process, and so one
model in memory."
  :type '(repeat string))

(defcustom akin-limit 30
  "How many results a search has at most."
  :type 'natnum)

(defcustom akin-ranking "semantic"
  "Whether a search goes by meaning, by the words themselves, or by both."
  :type '(choice (const "semantic") (const "keyword") (const "hybrid")))

(defcustom akin-delay 0.1
  "Seconds without a key before a search as you type; nil for no such search."
  :type '(choice number (const :tag "Search at RET only" nil)))

(defcustom akin-folder-function #'akin-project-folder
  "Function that returns the folder to search from the current buffer."
  :type 'function)

(defvar akin-history nil
  "Queries of earlier searches.")

;;; The server

;; jsonrpc.el tells nobody the id of a request, which a cancellation needs.
(defclass akin--connection (jsonrpc-process-connection)
  ((sent-id :initform nil :accessor akin--sent-id
            :documentation "The id of the request that was sent last."))
  :documentation "A connection to akin that knows the id of its last request.")

(cl-defmethod jsonrpc-connection-send :before ((connection akin--connection)
                                               &rest arguments)
  "Keep the id of a request to CONNECTION, which is among the ARGUMENTS."
  (when-let ((id (and (plist-get arguments :method)
                      (plist-get arguments :id))))
    (setf (akin--sent-id connection) id)))

(cl-defstruct (akin--request (:constructor akin--make-request))
  "A request and what happens with its answer."
  method params on-success on-failure (tries 0) waits connection id)

(defconst akin--most-tries 2
  "How many servers a request is sent to, when they die.")

(defvar akin--server nil
  "The connection to the server, which may have ended.")

(defvar akin--progress nil
  "Alist from a progress token to the function that gets its values.")

(defvar akin--last-token 0
  "The progress token that was used last.")

(defun akin--start ()
  "Start the server and keep the connection to it as `akin--server'."
  (unless (executable-find (car akin-command))
    (user-error "%s is not on `exec-path'; build it with \"make install\", or set `akin-command'"
                (car akin-command)))
  (let ((connection
         (make-instance
          'akin--connection
          :name "akin"
          :events-buffer-scrollback-size 0
          :notification-dispatcher #'akin--notified
          :process (lambda ()
                     (make-process :name "akin" :command akin-command
                                   :connection-type 'pipe :coding 'utf-8-emacs-unix
                                   :stderr (get-buffer-create "*akin stderr*")
                                   :noquery t)))))
    (setq akin--server connection)
    (jsonrpc-async-request
     connection :initialize
     `(:processId ,(emacs-pid)
       :clientInfo (:name "Emacs")
       :capabilities (:general (:positionEncodings ["utf-32"])))
     :timeout nil :success-fn #'ignore :error-fn #'ignore)
    (jsonrpc-notify connection :initialized nil)))

(defun akin--connect ()
  "Return a connection to a live server, started where there is none."
  (unless (and akin--server (jsonrpc-running-p akin--server))
    (akin--start))
  akin--server)

(defun akin--notified (_connection method params)
  "Give the value of a progress notification METHOD with PARAMS to who asked."
  (when (eq method '$/progress)
    (when-let ((function (alist-get (plist-get params :token) akin--progress)))
      (funcall function (plist-get params :value)))))

(defun akin--send (request)
  "Send REQUEST to the server, started where it does not run."
  (cl-incf (akin--request-tries request))
  (setf (akin--request-waits request) t)
  (condition-case failure
      (let ((connection (akin--connect)))
        (setf (akin--request-connection request) connection)
        (jsonrpc-async-request
         connection (akin--request-method request) (akin--request-params request)
         :timeout nil
         :success-fn (akin--request-on-success request)
         :error-fn (lambda (failure) (akin--failed request failure)))
        (setf (akin--request-id request) (akin--sent-id connection)))
    ;; There is no program to start.
    (user-error (if (= (akin--request-tries request) 1)
                    (signal (car failure) (cdr failure))
                  (akin--failed request (list :message (error-message-string failure)))))
    ;; The server died, and Emacs learns of it by writing to it.
    (error (setf (akin--request-connection request) akin--server
                 akin--server nil)
           (akin--failed request (list :code -1 :message (error-message-string failure)))))
  request)

(defun akin--failed (request failure)
  "Do what REQUEST wants on FAILURE, an error object.
Where the server died, start it again once for the request."
  (let ((code (plist-get failure :code))
        (again (< (akin--request-tries request) akin--most-tries)))
    ;; jsonrpc.el tells of the server's death by -1, while its process is
    ;; being taken apart, and it may tell twice.  -32019 is the death of
    ;; the shared process.
    (cond ((not (akin--request-waits request)))
          ((and again (memql code '(-1 -32019)))
           (run-at-time 0 nil #'akin--send request))
          ((eql code -1)
           (run-at-time 0.1 nil #'akin--died-twice request))
          (t
           (funcall (akin--request-on-failure request) failure)))
    (setf (akin--request-waits request) nil)))

(defun akin--died-twice (request)
  "Tell REQUEST that two servers died with it, and what the last one said."
  (let* ((buffer (jsonrpc-stderr-buffer (akin--request-connection request)))
         (said (and (buffer-live-p buffer)
                    (with-current-buffer buffer (string-trim (buffer-string))))))
    (funcall (akin--request-on-failure request)
             (list :message (concat "the server ended twice"
                                    (unless (string-empty-p (or said ""))
                                      (concat ": " said)))))))

(defun akin--complain (failure)
  "Say what FAILURE, an error object, is about, and what to do about it."
  (message "Akin: %s"
           (pcase (plist-get failure :code)
             (-32009 (format "%s is not indexed yet; M-x akin-index does it"
                             (file-name-nondirectory (akin--folder))))
             (-32004 (concat (plist-get failure :message) "  Run \"akin pull\"."))
             (_ (plist-get failure :message)))))

(cl-defun akin--ask (method params on-success &key (on-failure #'akin--complain))
  "Send METHOD with PARAMS and return the request.
ON-SUCCESS is called with the result, or ON-FAILURE with the error object."
  (akin--send (akin--make-request :method method :params params
                                  :on-success on-success :on-failure on-failure)))

(defun akin--cancel (request)
  "Cancel REQUEST, which may be nil or have its answer already."
  (when request
    (let ((connection (akin--request-connection request)))
      (when (jsonrpc-running-p connection)
        (jsonrpc-notify connection :$/cancelRequest
                        (list :id (akin--request-id request)))))))

;;; Where to search

(defun akin-project-folder ()
  "Return the folder of the current project, or else `default-directory'."
  (if-let ((project (project-current)))
      (project-root project)
    default-directory))

(defun akin--folder ()
  "Return the real path of the folder to search, without a slash at its end."
  (directory-file-name (file-truename (funcall akin-folder-function))))

(defun akin--hit-file (hit)
  "Return the path of the file that HIT is in, or nil."
  (when-let ((uri (plist-get hit :uri)))
    (decode-coding-string
     (url-unhex-string (url-filename (url-generic-parse-url uri))) 'utf-8)))

(defun akin--hit-lines (hit)
  "Return the first and last line of HIT, from 1, as a cons.
An end at column 0 belongs to the line before."
  (let* ((range (plist-get hit :range))
         (first (plist-get (plist-get range :start) :line))
         (end (plist-get range :end))
         (last (plist-get end :line)))
    (cons (1+ first)
          (if (and (zerop (plist-get end :character)) (> last first))
              last
            (1+ last)))))

;;; Results

(defvar-local akin--folder nil
  "The folder whose results this buffer shows.")

(defvar-local akin--visited nil
  "Whether a result of this buffer was visited.")

(defvar akin-results-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "RET") #'akin-visit)
    (define-key map [mouse-2] #'akin-visit)
    (define-key map "n" #'next-error-no-select)
    (define-key map "p" #'previous-error-no-select)
    (define-key map (kbd "C-c C-f") #'next-error-follow-minor-mode)
    map)
  "Keys in a buffer of results.")

(define-derived-mode akin-results-mode special-mode "Akin"
  "Results of a search by meaning, the best first.
\\{akin-results-mode-map}"
  (setq truncate-lines t
        next-error-function #'akin--next-error))

(defun akin--summary (hit)
  "Return the first line of HIT that is not blank.
Its heading (\"Outer > Inner\") is put before a line that does not say
that itself."
  (let* ((line (car (split-string (string-trim (plist-get hit :text)) "\n")))
         (heading (or (plist-get hit :heading) ""))
         (inner (string-trim (car (last (split-string heading ">"))))))
    (if (string-search inner line)
        line
      (concat heading ": " line))))

(defun akin--insert-hit (hit)
  "Insert a line for HIT."
  (let ((start (point)))
    (insert (propertize (file-relative-name (akin--hit-file hit) akin--folder)
                        'face 'compilation-info)
            ":"
            (propertize (number-to-string (car (akin--hit-lines hit)))
                        'face 'compilation-line-number)
            (let ((score (plist-get hit :score)))
              ;; Five columns either way: a cosine may be below zero.
              (propertize (format (if (< score 0) "  %.2f  " "  %.3f  ") score)
                          'face 'shadow))
            (akin--summary hit))
    (add-text-properties start (point) (list 'akin-hit hit 'mouse-face 'highlight))
    (insert "\n")))

(defun akin--show (title folder hits)
  "Show HITS in FOLDER under TITLE in the buffer of results, and return that."
  (let ((buffer (get-buffer-create "*akin*")))
    (with-current-buffer buffer
      (akin-results-mode)
      (setq akin--folder folder
            default-directory (file-name-as-directory folder)
            header-line-format (format " %s  in %s" title (abbreviate-file-name folder)))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (mapc #'akin--insert-hit hits)
        (when (null hits)
          (insert "Nothing found.\n")))
      (goto-char (point-min)))
    (when-let ((window (display-buffer buffer)))
      (set-window-point window (with-current-buffer buffer (point-min))))
    (setq next-error-last-buffer buffer)
    buffer))

(defun akin-visit ()
  "Go to the place of the result at point."
  (interactive)
  (when-let ((event (and (mouse-event-p last-input-event) last-input-event)))
    (mouse-set-point event))
  (let ((hit (or (get-text-property (point) 'akin-hit)
                 (user-error "No result here"))))
    (setq akin--visited t)
    (pop-to-buffer (find-file-noselect (akin--hit-file hit)))
    (akin--go-to hit)))

(defun akin--go-to (hit)
  "Move to the place of HIT in the current buffer, and let its lines flash."
  (pcase-let ((`(,first . ,last) (akin--hit-lines hit))
              (column (plist-get (plist-get (plist-get hit :range) :start) :character)))
    (widen)
    (goto-char (point-min))
    (forward-line (1- first))
    (let ((start (point)))
      (pulse-momentary-highlight-region
       start (save-excursion (forward-line (- (1+ last) first)) (point)))
      (goto-char (min (+ start column) (line-end-position))))))

(defun akin--next-error (n reset)
  "Visit the result N lines on.
Where RESET is non-nil or none was visited yet, 1 is the first result."
  (let ((window (get-buffer-window (current-buffer) t)))
    (when (and window (not reset))
      (goto-char (window-point window)))
    (when reset
      (goto-char (point-min)))
    (let ((before (point))
          (from-top (and (bobp) (> n 0) (or reset (not akin--visited)))))
      (when (or (/= 0 (forward-line (if from-top (1- n) n)))
                (null (get-text-property (point) 'akin-hit)))
        (goto-char before)
        (user-error "No more results")))
    (when window
      (set-window-point window (point))))
  (akin-visit))

;;; Commands

(defvar akin--search nil
  "The search whose answer is waited for.")

(defun akin--find (title folder query keep on-done)
  "Search FOLDER for QUERY, and show under TITLE the hits that KEEP accepts.
ON-DONE is called with the buffer of results.  An earlier search that
has no answer yet is cancelled."
  (akin--cancel akin--search)
  (let (this)
    (setq this
          (akin--ask
           :search (list :collection folder :query query
                         :topK akin-limit :mode akin-ranking)
           (lambda (result)
             (when (eq this akin--search)
               (setq akin--search nil)
               (let ((hits (append (aref (plist-get result :results) 0) nil)))
                 (funcall on-done
                          (akin--show title folder
                                      (cl-remove-if-not
                                       (lambda (hit)
                                         (and (plist-get hit :uri) (funcall keep hit)))
                                       hits))))))
           :on-failure
           (lambda (failure)
             (when (eq this akin--search)
               (setq akin--search nil)
               (akin--complain failure))))
          akin--search this)))

(defun akin--read-query ()
  "Read a query, and show its results while it is being typed.
Quitting brings back the windows as they were."
  (let ((folder (akin--folder))
        (windows (current-window-configuration))
        (typed "")
        timer)
    (cl-flet ((changed ()
                (let ((query (string-trim (minibuffer-contents-no-properties))))
                  (unless (equal query typed)
                    (setq typed query)
                    (when timer (cancel-timer timer))
                    (unless (string-empty-p query)
                      (setq timer (run-with-timer akin-delay nil #'akin--find query
                                                  folder query #'always #'ignore)))))))
      (condition-case nil
          (minibuffer-with-setup-hook
              (lambda ()
                (when akin-delay
                  (add-hook 'post-command-hook #'changed nil t)))
            (prog1 (read-string "Search by meaning: " nil 'akin-history)
              (when timer (cancel-timer timer))))
        (quit
         (when timer (cancel-timer timer))
         (akin--cancel akin--search)
         (setq akin--search nil)
         (set-window-configuration windows)
         (signal 'quit nil))))))

;;;###autoload
(defun akin-search (query)
  "Search the current project for what means the same as QUERY.
The results come as you type, the best first."
  (interactive (list (akin--read-query)))
  (when (string-blank-p query)
    (user-error "The query is blank"))
  (akin--find query (akin--folder) query #'always #'pop-to-buffer))

;;;###autoload
(defun akin-similar (start end)
  "Find what means the same as the text from START to END, that text left out.
Interactively the region, or else the current line."
  (interactive (if (use-region-p)
                   (list (region-beginning) (region-end))
                 (list (line-beginning-position) (line-end-position))))
  (let ((text (string-trim (buffer-substring-no-properties start end)))
        (file (and buffer-file-name (file-truename buffer-file-name)))
        (first (line-number-at-pos start t))
        (last (line-number-at-pos end t)))
    (when (string-empty-p text)
      (user-error "These lines are blank"))
    (akin--find (format "like %s:%d" (buffer-name) first) (akin--folder) text
                (lambda (hit)
                  (pcase-let ((`(,hit-first . ,hit-last) (akin--hit-lines hit)))
                    (or (not (equal file (akin--hit-file hit)))
                        (> hit-first last)
                        (< hit-last first))))
                #'pop-to-buffer)))

(defvar akin--indexing nil
  "The request to index that is under way.")

;;;###autoload
(defun akin-index (folder)
  "Index FOLDER, the current project's by default, and report progress.
What is indexed already and has not changed is kept."
  (interactive (list (read-directory-name "Index folder: " (akin--folder) nil t)))
  (when akin--indexing
    (user-error "Already indexing; M-x akin-cancel-index stops it"))
  (let ((reporter (make-progress-reporter "Akin: indexing " 0 100 nil nil 0))
        (token (cl-incf akin--last-token)))
    (setf (alist-get token akin--progress)
          (lambda (value)
            (when-let ((percentage (plist-get value :percentage)))
              (progress-reporter-update reporter percentage
                                        (concat " " (plist-get value :message))))))
    (cl-flet ((ended ()
                (setq akin--indexing nil)
                (setf (alist-get token akin--progress nil 'remove) nil)))
      (setq akin--indexing
            (akin--ask
             :index/add
             (list :folder (directory-file-name (file-truename folder))
                   :workDoneToken token)
             (lambda (result)
               (ended)
               (cl-destructuring-bind (&key added updated removed unchanged chunks
                                            &allow-other-keys)
                   result
                 (message "Akin: %d added, %d updated, %d removed, %d unchanged; %d chunks"
                          added updated removed unchanged chunks)))
             :on-failure
             (lambda (failure)
               (ended)
               (if (eql (plist-get failure :code) -32800)
                   (message "Akin: stopped; what was indexed so far is kept")
                 (akin--complain failure))))))))

(defun akin-cancel-index ()
  "Stop indexing."
  (interactive)
  (if akin--indexing
      (akin--cancel akin--indexing)
    (user-error "Nothing is being indexed")))

;;;###autoload
(defun akin-status ()
  "Say what is indexed of the current project, and by which model."
  (interactive)
  (akin--ask
   :index/status (list :collection (akin--folder))
   (lambda (status)
     (cl-destructuring-bind (&key name documents chunks updated model
                                  &allow-other-keys)
         status
       (message "Akin: %s: %d documents, %d chunks, updated %s, %s"
                (file-name-nondirectory name) documents chunks updated
                (file-name-nondirectory model))))))

(provide 'akin)
;;; akin.el ends here
